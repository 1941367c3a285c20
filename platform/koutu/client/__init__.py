"""What people run on their own machines: the `koutu` command. Neither Django nor torch is loaded until needed."""
