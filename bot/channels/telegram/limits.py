"""What the Bot API allows and how patient we are (sizes in units named here, times in seconds).

Sources: the Bot API's own description, and python-telegram-bot's `telegram.constants`.
"""

from bot.limits import TELEGRAM_DELETE_LOT

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member", "chat_member")

ENTITIES_MAX = 100  # in one message
ALBUM_MIN, ALBUM_MAX = 2, 10
COPY_TEXT_MAX = 256
PHOTO_MAX = 10 * 1024 * 1024  # bytes of an upload as a photo
DOWNLOAD_MAX = 20 * 1024 * 1024  # bytes that getFile serves
TOPIC_NAME_MAX = 128
CLEAR_RANGE = 2 * TELEGRAM_DELETE_LOT  # ids before the newest known one that are tried as well
SHORT_LABEL = 14  # characters; labels up to this length stand in two columns

CONNECT_TIMEOUT = 5.0
READ_TIMEOUT = 10.0
UPLOAD_TIMEOUT = 60.0
POOL_TIMEOUT = 10.0
CONNECTIONS = 64

PATIENCE = 5.0  # longest wait for a "too many requests" while a person waits
TYPING_AFTER = 1.5  # slow work shows that somebody is typing
TYPING_EVERY = 4.5  # Telegram drops the sign after five seconds
RETRY_LATER = 5  # Retry-After of a webhook that must be repeated

POLL_WAIT = 25  # how long getUpdates may stay open
POLL_HELD_WAIT = 0.5  # how often to look for other chats' updates while one is slow
BACKOFF_FIRST = 1.0
BACKOFF_LONGEST = 60.0
ALBUMS_REMEMBERED = 1_000
