"""The night shift of unit 10: an inherited platform, the orders and troubles of a night, eight promises, and repairs to start from.

shop, platform     nine functions and what connects them, as they are found
orders, provider   what a seed decides; who takes the money
killing            a process that dies between two writes
nights, reading    one night, and what can be read when it is over
promises           what of a night breaks a promise
board, places      the scoreboard of a night; the places for failures of an account
reference          repairs for those who come late
"""
