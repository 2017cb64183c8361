"""What the system tests see of the product: the binary, its HTTP interface, its two sockets, its web hooks."""
