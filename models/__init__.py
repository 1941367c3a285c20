"""Neural and classical models, and the codec of planes they speak. Nothing in here knows Django."""
