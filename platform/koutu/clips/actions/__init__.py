"""Changes of shows, clips and cuts. Each takes the actor, checks, acts in one transaction, writes the audit line."""
