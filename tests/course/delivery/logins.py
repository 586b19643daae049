"""An authorization endpoint outside of AWS."""

LOGIN = "https://login.example"
OAUTH = {
    "ClientParameters": {"ClientID": "me", "ClientSecret": "s3cret"},
    "AuthorizationEndpoint": f"{LOGIN}/token",
    "HttpMethod": "POST",
}


class Login:
    """An authorization endpoint that counts its tokens."""

    def __init__(self, cloud, lifetime_s: float = 3600, **settings):
        self.issued = 0
        self.lifetime_s = lifetime_s
        self.system = cloud.downstream(LOGIN, handler=self.answer, **settings)

    def answer(self, _request) -> dict:
        self.issued += 1
        return {"access_token": f"token-{self.issued}", "token_type": "Bearer", "expires_in": self.lifetime_s}
