"""Changes become events: names for ids, repeats, creation, old values, actors, activities."""
