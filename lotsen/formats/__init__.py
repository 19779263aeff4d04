"""How dates are written where Django would write them the American way."""
