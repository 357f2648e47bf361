-- Of a text that was written on in several tabs, one filled with the working copy of the
-- other: the first form of them, and when that saved what the second was filled with, as
-- FORM.SAVED. NULL for the first one.
ALTER TABLE working_copy ADD COLUMN origin text COLLATE "C";

-- What an owner chose the text to be, ``post`` or ``page``. NULL for what it is.
ALTER TABLE working_copy ADD COLUMN kind text COLLATE "C";
