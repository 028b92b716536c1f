-- What the purge looks for and what foreign keys ask when it removes rows. The reports that ended
-- long ago need no index of their own: they came long ago, and failure_notification_by_creation
-- begins with the oldest.

-- Actions outlive the recoveries they were about, by their own retention.
create index operator_action_by_age on operator_action (at) where recovery_id is null;
create index recovery_override_by_action on recovery_override (action_id);
create index host_by_deletion on host (deleted_at) where deleted_at is not null;
-- Of live and deleted hosts, unlike host_by_segment.
create index host_by_any_segment on host (segment_id);
