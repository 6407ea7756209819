"""The headless commands, one module each, with their words (`parser`) and what they say (`output`)."""
