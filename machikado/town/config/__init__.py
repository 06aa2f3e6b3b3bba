"""Settings, urls and wsgi: the only place that knows everyone."""
