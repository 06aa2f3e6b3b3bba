"""The bus that comes when called: where and when it runs, its stops, roads, vehicles, shifts and fares."""
