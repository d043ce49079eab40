-- Who is hired is called by whoever hires. That is for the employer's list of employees, not for a mail of ours.
alter table mail drop column name;
