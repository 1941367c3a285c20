"""What a shot's frames have to do with one another: how things are followed, and how their edges are held still."""
