/**
 * What the journal is kept for, as a condition on rows: what presses did that were accepted, marks, recordings and alarms.
 * Refused presses, and what panels showed and peers were told, go first when room runs short. `pruned` rows are never
 * among it: the last one of them says where the chain starts.
 */
export const IS_EVIDENCE = `(
  kind IN ('mark', 'room', 'alarm', 'gap')
  OR (kind = 'opened' AND body <> '{}')
  OR (kind IN ('press', 'action', 'request', 'answer', 'outcome') AND EXISTS (
    SELECT 1 FROM facts AS other WHERE other.correlation = facts.correlation AND (
      other.kind IN ('request', 'answer', 'mark')
      OR (other.kind = 'outcome' AND json_extract(other.body, '$.kind') IN ('done', 'already-so'))
    )
  ))
)`;
