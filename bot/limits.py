"""Every limit and constant of the product; sizes in characters or bytes, times in seconds."""

from datetime import timedelta, timezone

# Days, in every row and key name, are days of western Indonesian time.
ZONE = timezone(timedelta(hours=7), "WIB")

# Conversation
CONVERSATION_RETRIES = 8  # version conflicts before giving up
MESSAGE_MAX = 4_000  # longest incoming text that is read
TRACE_MAX = 300  # message ids kept for "bersihkan"

# Tip
STORY_MIN = 15
STORY_MAX = 3_000
FIELD_MAX = 300
BODY_DAYS_AFTER_CLOSING = 14
BODY_DAYS_AT_MOST = 90
ADDITIONS_PER_CASE = 20
PRACTICE_DAYS = 2  # a tip marked UJI is erased
NUDGE_DAYS = 14
NUDGE_DAYS_WHATSAPP = 1  # nobody may be written to later than 24 hours after his last message
NUDGE_WAIT = (300, 1_800)  # seconds, so that a reply and its notice are not seen together
NUDGE_TRIES = 6
DRAFT_COLD = 1_800  # a draft left so long is asked about when its writer comes back
DRAFT_LIFE = 86_400
PLACE_WORDS = 14  # a longer line goes on with the story
DAY_WORDS = 8
ANSWER_WORDS = 12
LATE_AFTER_DAYS = 7  # UU 7/2017 Pasal 454 ayat (6): a formal report must come within seven days

# Receipt
RECEIPT_WORDS = 6
RECEIPT_TRIES_PER_HOUR = 10
RECEIPTS_WAITING = 20  # tries of one channel in front of Argon2; more are asked to come later
THREAD_OPEN_MINUTES = 15
ARGON2_MEMORY = 64 * 1024 * 1024
ARGON2_PASSES = 3

# Delivery
DELIVERY_DELAY = (120, 480)
LEASE = 60
RETRY_FIRST = 2
RETRY_LONGEST = 600
TRIES_MAX = 12
GROUP_INTERVAL = 3  # Telegram allows about 20 messages a minute in one group
DESK_LEASE = 30  # how long a desk stays with a worker that says nothing any more
DIGEST_AFTER = 20  # more tips waiting than this come as a digest
DIGEST_SIZE = 10  # headlines in one message
TURN_READS = 60  # tips looked at for one message
FLOOD_SHOWN = 100  # tips an hour that a desk is shown; the rest waits in quarantine,
FLOOD_COMPLETE = 200  # but complete ones are shown up to this many
LIKENESS_SAME = 0.75  # Jaccard of character 5-grams from which two tips are copies of one text
LIKENESS_HOURS = 6
LIKENESS_KEPT = 3_000  # signatures of a desk, newest
SIMILAR_LISTED = 10  # codes of copies named on a card
SIMILAR_EVERY = 30  # shortest time between two edits about copies at a desk
FLOOD_OVER = 3600  # so long after the last one put aside, a desk is offered them back
QUARANTINE_EVERY = 60  # and between two edits of the message about the quarantine
UNCLAIMED_HOURS = (24, 48)  # until a desk is reminded, and until the desk above it is told
SUMMARY_MINUTE = 7 * 60  # of the day, where a desk has no quiet hours that end
SUMMARY_WITHIN = 180  # minutes; a worker that comes later lets the day's summary be
SUMMARY_DAYS_LEFT = 2  # of the seven, from which a clock is called running out
POLL_INTERVAL = 1.0

# Channels
TELEGRAM_TEXT = 4_096
TELEGRAM_CAPTION = 1_024
TELEGRAM_CALLBACK_BYTES = 64
TELEGRAM_DELETE_LOT = 100
TYPED_CHOICES = 6  # A to F
WEBHOOK_BODY_MAX = 1_000_000
WEB_FORM_MAX = 64_000

# Operation
DISK_FREE_MIN = 200 * 2**20
KEY_FRESH = 20  # how long a key is used before it is read again
KEY_LONGEST = 60  # how long a bucket may be away before its keys are no longer used
KEY_BUCKET_CONNECT = 2
KEY_BUCKET_TIMEOUT = 5
COPY_LOT = 500  # rows at a time from one database to another
BACKLOG_READ = 20_000  # deliveries that the watch looks at
WATCH_EVERY = 60
WATCH_LEASE = 180
LATE_AFTER_SECONDS = 600  # a delivery is late; metrics show nothing younger, lest they time a tip
GAUGES_EVERY = 600
WEB_DRAIN = 4  # a replica that is to stop still answers, until balancers have seen it (`readyz`)
OPS_QUIET = 900  # shortest time between two notices to the operator

# Answers
ANSWER_LENGTH = 1_360  # of 1,600 on WhatsApp; the rest is for the privacy lines and letters

# Matching
MENU_SIZE = 3
CLARIFICATIONS_MAX = 2  # menus and questions back in a row, before handing over
QUESTION_MIN, QUESTION_MAX = 15, 1_000  # of a question to curators
QUESTION_WORDS = 150  # a longer message is asked to be shortened

# What curators write (characters)
HEADLINE_MAX = 120
HEADLINE_CROP = 40  # what a notification shows
ANSWER_SENTENCE_MAX = 220
REASON_MAX = 600
SANCTIONS_MAX = 450
GIST_MAX = 140
ASK_BACK_LABEL_MAX = 24
SENTENCE_WORDS = 30  # a longer sentence is worth a hint
PHRASING_MAX = 300
PHRASINGS_MIN = 20  # per topic
VOICES_MIN = 3
OUT_OF_SCOPE_MIN = 300
PHRASING_LIKENESS = 0.8  # Jaccard of character 3-grams above which two phrasings are the same

# WhatsApp through Twilio
WHATSAPP_TEXT = 1_600  # longer bodies are refused (21658)
WHATSAPP_INTERACTIVE_TEXT = 1_024  # body above buttons or a list
WHATSAPP_BUTTONS = 3  # without an approved template
WHATSAPP_BUTTON_TITLE = 20
WHATSAPP_ROWS = 10
WHATSAPP_ROW_TITLE = 24
WHATSAPP_ROW_DESCRIPTION = 72
WHATSAPP_MEDIA_MAX = 16 * 2**20
WHATSAPP_WEBHOOK_BODY = 128_000  # a full message percent-encoded is below 50,000
WHATSAPP_WEBHOOK_FIELDS = 200
WHATSAPP_WEBHOOK_TIME = 12.0  # Twilio hangs up after 15
WHATSAPP_HANDLED = 10_000  # message ids remembered (in memory) against repeats
WHATSAPP_CONNECTIONS = 50  # calls to Twilio at a time
WHATSAPP_CONNECT_TIMEOUT = 3.0
WHATSAPP_READ_TIMEOUT = 6.0
WHATSAPP_MEDIA_TIMEOUT = 30.0
WHATSAPP_PATIENCE = 5.0  # longest wait for "too many requests" while a person waits
WHATSAPP_PACE = 1 / 80  # a sender may send 80 messages a second
WHATSAPP_SANDBOX_PACE = 3.0
WHATSAPP_TEMPLATES_AGAIN = 600  # how long a failed look for templates is not repeated
WHATSAPP_DAILY_MESSAGES = 5_000  # each is billed
WHATSAPP_DAILY_REPLIES = 80  # to one person
WHATSAPP_COUNTS_EVERY = 60
WHATSAPP_RECORD_WAIT = 120  # deleting earlier is refused (20009)
WHATSAPP_MEDIA_WAIT = 3_600  # the evidence job fetches the file first
WHATSAPP_HALF_SENT = 3_600  # how long we know which part of a failed answer had arrived,
WHATSAPP_HALF_SENT_CHATS = 1_000  # and of how many chats at most
WHATSAPP_RECORD_LONGEST = 6 * 3_600
WHATSAPP_RECORD_DAYS = 14
WHATSAPP_CLEAN_EVERY = 30.0
WHATSAPP_CLEAN_LOT = 50

# Links in evidence
LINK_MAX = 500

# Evidence at rest
EVIDENCE_FRAME = 2**16  # of clear bytes in one encrypted frame
EVIDENCE_BLOCK = 2**20  # read from and written to a folder at a time
EVIDENCE_PART = 5 * 2**20  # sent to a bucket at a time; S3 takes no smaller part but the last

# Evidence
EVIDENCE_FILES = 5  # a tip
EVIDENCE_IN_MAX = 20 * 2**20  # a bot may fetch no more from Telegram
EVIDENCE_OUT_MAX = 40 * 2**20  # a bot may send 50 MB to Telegram
EVIDENCE_MEMORY = 2**30  # address space of the child
EVIDENCE_CPU = 30  # seconds of the child, for all but video and audio
EVIDENCE_CPU_MEDIA = 240
EVIDENCE_WALL = 200.0
EVIDENCE_NICENESS = 5  # of the child beside the bot
EVIDENCE_ZIP_NAMES = 2_000
EVIDENCE_PIXELS = 65_000_000
EVIDENCE_JPEG_PIXELS = 110_000_000  # read at a reduced size
EVIDENCE_EDGE = 2_560  # longer side of a rebuilt picture
EVIDENCE_STRIP = (1_080, 8_000)  # both sides of a long scrolled screenshot
EVIDENCE_COLOURS = 4_096  # up to so many stay a PNG
EVIDENCE_PAGES = 30
EVIDENCE_PAGE_DPI = 150
EVIDENCE_PAGE_EDGE = (1_200, 2_000)  # longer side of a page, in pixels

# Videos and recordings as evidence
EVIDENCE_VIDEO_SECONDS = 180
EVIDENCE_AUDIO_SECONDS = 900
EVIDENCE_VIDEO_BOUNDS = ((60, 854, 30), (180, 640, 15))  # up to so many seconds: side, frames/s
EVIDENCE_VIDEO_PIXELS = 4_096 * 2_304  # of one frame that is decoded
EVIDENCE_VIDEO_WORK = 25_000_000_000  # pixels in all: 3 minutes of 1080p at 60 frames a second
EVIDENCE_VIDEO_OUT = 15 * 2**20  # WhatsApp carries 16 MB

# Evidence jobs
EVIDENCE_JOB_TIME = 270.0  # fetching, rebuilding and storing one file
EVIDENCE_LEASE = 300
EVIDENCE_TRIES = 8
EVIDENCE_PROGRESS_WINDOW = 120  # how long one message about files is edited before a new one
EVIDENCE_ORPHAN_DAYS = 2

# Evidence: office documents
EVIDENCE_OFFICE_UNPACKED = 100 * 2**20  # declared by the zip, and really read
EVIDENCE_XML_TAGS = 1_000_000  # in one part
EVIDENCE_TEXT_MAX = 1_000_000

# Oversight
SMALL_CELL = 5  # counts from 1 to 4 are not shown
STATISTICS_WEEKS = 12
EXPORT_PART = 45 * 2**20  # a bot may send 50 MB to Telegram
EXPORT_KEPT = 3_600  # how long an export can be fetched in the web room

# Sealed desks
PIN_DIGITS = 6
PIN_TRIES = 5
PIN_MEMORY = 19 * 2**20
PIN_PASSES = 2
OPENED_FOR = 900  # an opened case is removed again

# Errands to single moderators
ERRAND_LEASE = 300
ERRAND_TRIES = 6

# Web room
ROOM_ANSWER = 12 * 3_600  # how long an answer to one moderator is shown
ROOM_SESSION = 7 * 86_400  # since it was last used
ROOM_COOKIE = 30 * 86_400  # at most
ROOM_TRIES_PER_MINUTE = 20  # wrong codes, of everybody together
