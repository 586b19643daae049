"""What the Lambda API stores and refuses: functions, event invoke configs, event source mappings. Running them is `functions/`.

aliases         what an alias may point to, and revisions that a request is meant for
backend         functions, on moto's backend
checks          what a function may be given
configs         event invoke configs
mappings        event source mappings; mapping_rules says what they may be
naming          how a request may name a function
policies        who may invoke a function, a version, an alias
responses       what the API answers to an invoke
"""
