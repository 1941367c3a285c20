"""Networks: pure torch, one file a part, explicit arguments, no files, no settings."""
