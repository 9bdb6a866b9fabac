-- key: quality.large_classes
-- term: 大班额
-- area: quality
-- unit: 个班级
-- covers: day
-- component: classes | 班级 | 个
-- component: large_classes | 大班额 | 个
-- component: super_large_classes | 超大班额 | 个
-- component: classes_over_gate | 超过现行班额上限 | 个
-- figure: large | 大班额班级 | 有大班额 | ratio(large_classes, classes)
-- figure: super_large | 超大班额班级 | 有超大班额 | ratio(super_large_classes, classes)
-- figure: over_gate | 超过现行班额上限的班级 | 有超限班级 | ratio(classes_over_gate, classes)
-- opens: class_roster
-- rules: quality.large_class
-- policies: class_size.large_class_min, class_size.super_large_class_min, class_size.gate_max
-- measure: 学生数 | 人
-- flag: 大班额
-- explanation: 按报告期最后一天的名册计数，没有学生的班级不计。大班额、超大班额按统计口径；超限按学校所在地当天施行的班额上限。
SELECT r.school, r.region,
       SUM(1) AS classes,
       SUM(CASE WHEN r.pupils >= l.value THEN 1 ELSE 0 END) AS large_classes,
       SUM(CASE WHEN r.pupils >= u.value THEN 1 ELSE 0 END) AS super_large_classes,
       SUM(CASE WHEN r.pupils > g.value THEN 1 ELSE 0 END) AS classes_over_gate
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
GROUP BY r.school, r.region
