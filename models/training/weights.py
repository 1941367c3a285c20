"""How much each loss counts, by name, where a config says nothing else. What each is, `losses` says."""

STAGE_ONE = {
    "mask": 1.0,
    "dice": 1.0,
    "boundary": 0.5,
    "error": 0.25,
    "centre": 1.0,
    "offset": 0.05,
    "presence": 0.1,
    "click": 1.0,
}
MATTE = {
    "alpha": 1.0,
    "laplacian": 1.0,
    "composition": 1.0,
    "gradient": 1.0,
    "temporal": 5.0,
    "foreground": 0.5,
}
