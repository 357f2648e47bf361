-- What an owner was warned of and has read, by a name of the warning: nobody is told of it
-- again. It says nothing of people.
CREATE TABLE dismissed_warning (
  name TEXT PRIMARY KEY NOT NULL,
  dismissed TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);
