"""A workstation from elsewhere: its API as a program uses it, and what a terminal shows of it."""
