"""Ways to go astray while telling, and back, as scripts for every channel (see `scripts`)."""

from tests.conversations.scripts import FORM, FULL, STORY, Script, Turn

LONG = "Camat membagikan kaus calon. " * 140  # about 4,000 characters
PLACE = (*FORM, (STORY, "Di mana kejadiannya"))
WHEN: tuple[Turn, ...] = (*PLACE, ("Kota Palu", "Kapan terjadinya"))
REVIEW: tuple[Turn, ...] = (*FORM, (FULL, "Sudah benar?"))
_CONTACT = FULL + ". Hubungi saya di 081234567890."
_DONE = ("halo", "Tanya Netral", "!Isian Anda")

ASTRAY = (
    # leaving
    Script("no at the consent", (FORM[0], ("[Tidak jadi]", "sudah dihapus"), _DONE)),
    Script("typed no at the consent", (FORM[0], ("ga", "sudah dihapus"), _DONE)),
    Script("batal in the middle", (*WHEN, ("batal", "Dibatalkan"), _DONE)),
    Script("a command leaves too", (*WHEN, ("/batal", "dihentikan"), _DONE)),
    Script("afraid after all", (*WHEN, ("takut", "Tidak apa-apa", "Tidak ada yang"), _DONE)),
    Script("cancelled at the review", (*REVIEW, ("[Batal]", "Dibatalkan"), _DONE)),
    Script("stop leaves and asks for quiet", (*WHEN, ("stop", "Dibatalkan"), _DONE)),
    Script("wiping the chat drops the draft", (*WHEN, ("/bersihkan", "belum dikirim"), _DONE)),
    # commands and questions in between
    Script(
        "a stray command keeps the draft",
        (*WHEN, ("/mulai", "belum selesai"), ("[Lanjutkan]", "Kapan terjadinya")),
    ),
    Script(
        "a stray command, and the draft is thrown away",
        (*WHEN, ("/sampaikan", "belum selesai"), ("[Buang]", "dihapus"), _DONE),
    ),
    Script("cek in the middle", (*WHEN, ("/cek", "belum selesai"), ("[Lanjutkan]", "Kapan"))),
    Script(
        "the privacy text in the middle leads back",
        (*WHEN, ("/privasi", "Apa yang kami simpan"), ("[Kembali ke isian]", "Kapan terjadinya")),
    ),
    Script(
        "a question in the middle is answered, then the form goes on",
        (
            *WHEN,
            ("apakah boleh lapor tanpa nama?", "Kembali ke isian", "Kapan terjadinya"),
            ("kemarin", "Di kantor atau unit mana"),
        ),
    ),
    Script(
        "a question nobody can answer does not become an answer",
        (
            *WHEN,
            ("kemarin", "Di kantor atau unit mana"),
            ("buat apa jabatannya ditanya?", "!Sudah benar?"),
            ("#tip:resume", "Di kantor atau unit mana"),
        ),
    ),
    Script(
        "a question instead of a story",
        (*FORM, ("nanti ketahuan ga?", "tidak melihat nama", "Ceritakan")),
    ),
    Script(
        "a question before agreeing",
        (
            FORM[0],
            ("siapa yang baca ini?", "tidak melihat nama", "lanjut tanpa nama?", "!informasi awal"),
            ("ok lanjut kak", "Ceritakan"),
        ),
    ),
    Script(
        "fear said aloud before agreeing is answered, not kept as a story",
        (FORM[0], ("takut ketahuan", "seratus persen", "!pegang dulu"), ("lanjut", "Ceritakan")),
    ),
    Script("lanjut at the review sends nothing", (*REVIEW, ("lanjut", "Belum dikirim", "kirim"))),
    Script(
        "a correction at the review changes the answer, not the story",
        (
            *REVIEW,
            ("salah, bukan kemarin tapi tadi pagi", "Pilih bagian", "!Tersimpan"),
            ("[Kapan terjadi]", "Kapan terjadinya"),
            ("ga jadi", "Sudah benar?"),
        ),
    ),
    Script(
        "a link pasted where the day is asked is not asked again",
        (
            *FORM,
            ("guru sman 2 palu upload video joget pake kaos caleg", "Kapan terjadinya"),
            ("tiktok.com/@gurukeren/video/123?lang=id", "Kapan terjadinya"),
            ("kemarin", "Sudah benar?", "tiktok.com/@gurukeren/video/123", "!lang=id"),
        ),
    ),
    Script("a day that is only about", (*WHEN, ("beberapa hari lalu", "Di kantor atau unit"))),
    Script(
        "the sentence that invites to call goes with its number",
        (
            *FORM,
            (_CONTACT, "nomor telepon"),
            ("[Hapus bagian itu]", "!Hubungi saya"),
        ),
    ),
    Script("help at a question", (*PLACE, ("contoh", "Kab. Sigi", "Di mana kejadiannya"))),
    Script(
        "the day where the place is asked",
        (
            *PLACE,
            ("td pagi pas rapat", "Saya tambahkan", "Di mana kejadiannya"),
            ("Palu", "Di kantor"),
        ),
    ),
    # going back and changing
    Script(
        "back to the question before",
        (
            *WHEN,
            ("kembali", "Sekarang tertulis", "Kota Palu", "Di mana kejadiannya"),
            ("Kab Sigi", "Kapan terjadinya"),
            ("kemarin", "Di kantor atau unit mana"),
            ("staf, Dinas Contoh", "Sigi", "Sudah benar?"),
        ),
    ),
    Script(
        "back twice to the story, and left as it is",
        (
            *WHEN,
            ("kembali", "Di mana"),
            ("kembali", "Sekarang tertulis", "brosur"),
            ("[Biarkan begitu]", "Kapan terjadinya"),
        ),
    ),
    Script("back at the first question", (*FORM, ("kembali", "Ceritakan"))),
    Script(
        "back from the review",
        (*REVIEW, ("kembali", "Ceritakan"), ("[Biarkan begitu]", "Sudah benar?")),
    ),
    Script(
        "what was understood can be corrected at once",
        (
            *PLACE,
            ("[Ada yang keliru]", "Bagian mana"),
            ("[Siapa]", "Sekarang tertulis: pegawai dinas"),
            ("Kepala Dinas Contoh", "Di mana kejadiannya"),
        ),
    ),
    Script(
        "an answer is changed at the review",
        (
            *REVIEW,
            ("[Ubah]", "Bagian mana"),
            ("[Siapa]", "Sekarang tertulis: Pak Budi"),
            ("Pak Camat", "Siapa: Pak Camat", "Sudah benar?"),
        ),
    ),
    Script(
        "back while editing changes nothing",
        (*REVIEW, ("[Ubah]", "Bagian"), ("[Siapa]", "Sekarang"), ("kembali", "Siapa: Pak Budi")),
    ),
    Script(
        "something is added at the review",
        (
            *REVIEW,
            ("[Tambah keterangan]", "ditambahkan"),
            ("[Status pegawai]", "status orang"),
            ("[PNS]", "Status pegawai: PNS", "Sudah benar?"),
        ),
    ),
    Script(
        "more of the story at the review",
        (*REVIEW, ("Acaranya juga dihadiri para ketua RT", "Saya tambahkan", "ketua RT")),
    ),
    Script("salah at the review", (*REVIEW, ("salah", "Bagian mana yang diubah"))),
    # several messages, repeats, old buttons, time
    Script(
        "a story in three messages",
        (
            *FORM,
            ("kadis saya", "sedikit lebih lengkap"),
            ("kemarin bagi kaos calon di Kota Palu", "sudah jelas"),
            ("terus dia teriak menangkan nomor dua", "Saya tambahkan ke cerita"),
        ),
    ),
    Script(
        "a long message at the place goes on with the story",
        (
            *PLACE,
            (
                "brosurnya ditaruh di setiap meja pegawai lalu difoto satu per satu oleh staf lain",
                "Saya tambahkan",
                "Di mana kejadiannya",
            ),
        ),
    ),
    Script(
        "the same message twice is one answer",
        (*PLACE, ("=Kota Palu",), ("kemarin", "Di kantor atau unit mana")),
    ),
    Script("kirim twice is one tip", (*REVIEW, ("=[Ya, kirim]",), ("halo", "!belum selesai")), 1),
    Script(
        "kirim of an old summary sends nothing",
        (
            *REVIEW,
            ("[Ubah]", "Bagian"),
            ("[Siapa]", "Sekarang"),
            ("Pak Camat", "Sudah benar?"),
            ("#0", "sudah berubah", "Pak Camat", "!Tersimpan"),
        ),
    ),
    Script(
        "an old button of an earlier question corrects that answer",
        (
            *WHEN,
            ("[Kemarin]", "Di kantor atau unit mana"),
            ("#tip:is:event:today", "Di kantor atau unit mana"),
            ("staf, Dinas Contoh", "Sudah benar?"),
        ),
    ),
    Script("a button of a form that is over", (("#tip:send:00000000", "sudah selesai"),)),
    Script("a button of no form at all", (*WHEN, ("#tip:xyz", "Kapan terjadinya"))),
    Script("an old button before agreeing", (FORM[0], ("#tip:is:category:3", "informasi awal"))),
    Script(
        "back after forty minutes",
        (
            *WHEN,
            ("+40",),
            ("kemarin sore", "masih ada dan belum dikirim"),
            ("[Lanjutkan]", "Di kantor atau unit mana"),
        ),
    ),
    Script(
        "back after forty minutes with a question",
        (
            *WHEN,
            ("+40",),
            ("apakah atasan saya bisa tahu siapa yang kirim?", "masih ada dan belum dikirim"),
            ("[Lanjutkan]", "tidak melihat nama, nomor, atau akun Anda", "Kapan terjadinya"),
        ),
    ),
    Script(
        "somebody else after forty minutes",
        (*WHEN, ("+40",), ("halo", "masih ada"), ("[Buang]", "Dibatalkan"), _DONE),
    ),
    Script("a button after forty minutes is meant", (*REVIEW, ("+40",), ("[Ubah]", "Bagian mana"))),
    Script(
        "a day later the draft is gone",
        (*WHEN, ("+1500",), ("kemarin", "sudah dihapus", "lebih dari sehari"), _DONE),
    ),
    Script("a day later, by command", (*WHEN, ("+1500",), ("/mulai", "sudah dihapus"), _DONE)),
    # strange content
    Script("four thousand characters", (*FORM, (LONG, "Terlalu panjang"), (FULL, "Sudah benar?"))),
    Script("only marks", (*PLACE, ("!!! ...", "belum menangkap", "Di mana kejadiannya"))),
    Script("only marks as a story", (*FORM, ("?!", "sedikit lebih lengkap"))),
    Script("a sticker", (*PLACE, ("<sticker>", "tidak bisa dipakai"), ("Kota Palu", "Kapan"))),
    Script("a place on the map or a contact", (*PLACE, ("<other>", "tidak bisa dipakai"))),
    Script("a spoken story", (*FORM, ("<voice>", "Ketik saja"), (FULL, "Sudah benar?"))),
    Script("too long an answer", (*WHEN, ("kemarin",), ("x" * 400, "terlalu panjang"))),
    Script("a place that is none", (*PLACE, ("zzzz qqqq", "belum mengenali"), ("Palu", "Kapan"))),
    Script("no place at all", (*PLACE, ("lewati", "Tempatnya diperlukan"))),
    Script(
        "a day that is none",
        (*WHEN, ("abcdef", "belum paham"), ("lupa", "Di kantor atau unit mana")),
    ),
    Script("a day to come", (*WHEN, ("besok", "sudah lewat"))),
    # photos
    Script(
        "a photo is the beginning",
        (
            ("<photo>", "bahan informasi"),
            ("[Sampaikan]", "informasi awal"),
            ("[Lanjut]", "Simpan aslinya", "tanggal foto"),
            ("[Tanpa tanggal]", "Ceritakan"),
        ),
    ),
    Script(
        "a photo with words in the middle",
        (
            *FORM,
            (f"<photo> {FULL}", "Simpan aslinya"),
            ("[Tanpa tanggal]", "Berkas 1", "Sudah benar?"),
            ("[Ya, kirim]", "Belum dikirim", "sedang disiapkan"),
        ),
    ),
    Script("a photo for a question", (("<photo>", "bahan"), ("[Saya bertanya]", "tidak bisa"))),
    # what exposes the writer, and danger
    Script(
        "the own number is taken out",
        (
            *FORM,
            (_CONTACT, "081234567890", "nomor telepon"),
            ("[Hapus bagian itu]", "Bagian itu sudah dihapus", "Sudah benar?", "!081234567890"),
        ),
    ),
    Script(
        "the own number is sent all the same",
        (
            *FORM,
            (_CONTACT, "nomor telepon"),
            ("[Kirim apa adanya]", "Sudah benar?", "081234567890"),
        ),
    ),
    Script(
        "a superior stays in the story when the relation goes",
        (
            *FORM,
            (
                "Kadis saya menyuruh pegawai memilih nomor 2 di Kota Palu kemarin",
                "Di kantor atau unit mana",
            ),
            ("lewati", "Kadis saya", "hubungan"),
            ("ya", "Mohon pilih"),
            ("hapus", "Kadis menyuruh pegawai", "Siapa: Kadis", "!Kadis saya"),
        ),
    ),
    Script(
        "the sentence is written anew",
        (*FORM, (_CONTACT, "nomor"), ("[Ubah sendiri]", "Ceritakan"), (FULL, "Sudah benar?")),
    ),
    Script(
        "a small circle is asked once",
        (
            *FORM,
            (FULL + " di rapat internal", "berapa orang yang tahu"),
            ("[Kurang dari lima]", "bisa menunjuk Anda", "Sudah benar?"),
        ),
    ),
    Script(
        "danger in the middle comes first",
        (*WHEN, ("tolong saya diancam preman", "110", "Kapan terjadinya")),
    ),
    Script("danger inside the story", (*FORM, (FULL + ", dia bawa parang", "110", "Pak Budi"))),
)
