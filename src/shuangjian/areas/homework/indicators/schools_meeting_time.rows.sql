SELECT d.subject, d.school, d.region, d.period, d.effective_on, d.grade,
       d.written_minutes AS measured, p.value AS limit_value, p.policy, d.version,
       CASE WHEN d.written_minutes > p.value THEN 1 ELSE 0 END AS is_flagged
FROM inspection_window w
JOIN class_homework_day d
  ON d.courses > 0 AND d.effective_on >= w.first_on AND d.effective_on <= w.last_on
JOIN policy_in_force p
  ON p.key = 'homework.written_minutes_max' AND p.school = d.school AND p.severity = 'must'
 AND d.grade >= p.band_low AND d.grade <= p.band_high
 AND d.effective_on >= p.starts_on AND d.effective_on < p.ends_on
