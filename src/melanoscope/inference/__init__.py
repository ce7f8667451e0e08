"""A bundle and photographs in, predictions and decisions out."""
