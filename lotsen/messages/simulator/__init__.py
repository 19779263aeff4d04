"""The telephone network in a box: speaks Twilio's protocol over HTTP, knows nothing of visits or people."""
