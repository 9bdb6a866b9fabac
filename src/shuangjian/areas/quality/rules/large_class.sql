-- key: quality.large_class
-- term: 大班额
-- kind: state
-- severity: must
-- area: quality
-- unit: person
-- policy: class_size.gate_max
-- observes: class_roster
-- rows: class_roster
-- sentence: {subject}有学生{measured}人，超过现行班额上限{limit}人。
-- explanation: 按名册计数；上限取该校所在地、该年级当天在施行的班额控制线。
-- citation: 见适用政策
SELECT r.subject, r.school, r.region, r.period, i.as_of AS effective_on,
       r.pupils AS measured, p.value AS limit_value, p.policy
FROM class_roster r
JOIN inspection_day i ON r.starts_on <= i.as_of AND i.as_of < r.ends_on
JOIN policy_in_force p
  ON p.key = 'class_size.gate_max' AND p.school = r.school AND p.severity = 'must'
 AND r.grade >= p.band_low AND r.grade <= p.band_high
 AND i.as_of >= p.starts_on AND i.as_of < p.ends_on
WHERE r.pupils > p.value
