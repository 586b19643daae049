"""The night shift of unit 10: an inherited platform, the orders and troubles of a night, eight promises, and repairs to start from.

shop, platform     nine functions and what connects them, as they are found
orders, provider   what a seed decides; who takes the money
killing            a process that dies between two writes
nights, promises   one night and what is left of it; what of it breaks a promise
reference          repairs for those who come late
"""
