"""The domain: services and their forms, numbers and names, the life of a request.

Pure: no web, no database; the clock and randomness are passed in. Texts for people are
gettext msgids in Indonesian (`registration.texts`).
"""
