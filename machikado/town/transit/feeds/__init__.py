"""Facts of the bus → a feed in GTFS with its Flex part: pure values in, bytes out."""
