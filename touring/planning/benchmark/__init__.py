"""Published benchmarks, read into the product's own `Problem` and judged by `evaluate`."""
