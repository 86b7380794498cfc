"""The application: routes, middleware and lifespan. Being written now, with the OpenAPI document and the headers."""
