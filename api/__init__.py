"""How Adaptwise is reached: HTTP, the page, and the command line."""
