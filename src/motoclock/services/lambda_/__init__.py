"""What the Lambda API stores and refuses: functions, event invoke configs, event source mappings. Running them is `functions/`.

backend         functions, on moto's backend
configs         event invoke configs
mappings        event source mappings; mapping_rules says what they may be
responses       what the API answers to an invoke
"""
