"""The outbox: what somebody must learn, by whatever channel reaches them."""
