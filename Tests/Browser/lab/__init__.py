"""The laboratory of the browser tests: it starts servers, browsers, proxies and networks, and takes them down again."""
