"""What requests cost on a real server, measured over loopback (``make bench``). Asserts nothing."""
