SELECT r.subject, r.school, r.region, r.period, i.as_of AS effective_on, r.grade,
       r.pupils AS measured, g.value AS limit_value, g.policy, r.version,
       CASE WHEN r.pupils >= l.value THEN 1 WHEN r.pupils >= u.value THEN 1
            WHEN r.pupils > g.value THEN 1 ELSE 0 END AS is_flagged
FROM class_roster r
JOIN inspection_day i ON r.starts_on <= i.as_of AND i.as_of < r.ends_on
JOIN policy_in_force l
  ON l.key = 'class_size.large_class_min' AND l.school = r.school AND l.severity = 'must'
 AND i.as_of >= l.starts_on AND i.as_of < l.ends_on
JOIN policy_in_force u
  ON u.key = 'class_size.super_large_class_min' AND u.school = r.school AND u.severity = 'must'
 AND i.as_of >= u.starts_on AND i.as_of < u.ends_on
LEFT JOIN policy_in_force g
  ON g.key = 'class_size.gate_max' AND g.school = r.school AND g.severity = 'must'
 AND r.grade >= g.band_low AND r.grade <= g.band_high
 AND i.as_of >= g.starts_on AND i.as_of < g.ends_on
WHERE r.pupils > 0
