"""What the API of each service stores and refuses, on moto's backends: a folder a service, each with a contract test.

Each folder's `install()` puts its changes of moto in place; `motoclock.assembly` calls them all, once. `seams/` holds what no service
owns. What moves messages from here on is in `delivery/`.
"""
