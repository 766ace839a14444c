"""What requests and responses look like: checked on the way in, documented in the OpenAPI specification."""
