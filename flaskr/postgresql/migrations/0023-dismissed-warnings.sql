-- What an owner was warned of and has read, by a name of the warning: nobody is told of it
-- again. It says nothing of people.
CREATE TABLE dismissed_warning (
  name text COLLATE "C" PRIMARY KEY,
  dismissed text COLLATE "C" NOT NULL DEFAULT utc_now()
);
