"""What one needs to choose among the seven ways: the guide and the bill. Pure functions; pictures of them are in `draw`.

ways     the eight that are compared: seven services, and a FIFO queue beside the standard one
guide    eight questions, what each answer strikes out, and who is left
month    what a month costs at any rate, and where two ways cost the same
"""
