-- key: homework.schools_meeting_time
-- term: 作业时间达标学校
-- area: homework
-- unit: 所学校
-- covers: window
-- component: counted | 计入统计 | 是否
-- component: has_data | 有作业记录 | 是否
-- component: over_days | 超限班级日 | 个
-- component: class_days | 班级作业日 | 个
-- figure: meeting | 作业时间达标学校 | 未达标或没有记录 | share_without_fault(counted, has_data, over_days)
-- opens: class_homework_day, planned_homework
-- rules: homework.total_over_limit, homework.written_in_first_grades
-- policies: indicator.homework_time.school_counts, homework.written_minutes_max
-- measure: 家中书面作业 | 分钟
-- flag: 超限
-- explanation: 报告期内没有一个班级日的家中书面作业超过“必须”的上限，学校才算达标。只看已公示的作业，暂缓的不算；没有作业记录的学校不算达标，另列。
SELECT s.school, s.region,
       MAX(s.value) AS counted,
       MAX(CASE WHEN p.value IS NOT NULL THEN 1 ELSE 0 END) AS has_data,
       SUM(CASE WHEN d.written_minutes > p.value THEN 1 ELSE 0 END) AS over_days,
       SUM(CASE WHEN p.value IS NOT NULL THEN 1 ELSE 0 END) AS class_days
FROM inspection_window w
JOIN policy_in_force s
  ON s.key = 'indicator.homework_time.school_counts' AND s.severity = 'must'
 AND w.last_on >= s.starts_on AND w.last_on < s.ends_on
LEFT JOIN class_homework_day d
  ON d.school = s.school AND d.courses > 0
 AND d.effective_on >= w.first_on AND d.effective_on <= w.last_on
LEFT JOIN policy_in_force p
  ON p.key = 'homework.written_minutes_max' AND p.school = d.school AND p.severity = 'must'
 AND d.grade >= p.band_low AND d.grade <= p.band_high
 AND d.effective_on >= p.starts_on AND d.effective_on < p.ends_on
GROUP BY s.school, s.region
