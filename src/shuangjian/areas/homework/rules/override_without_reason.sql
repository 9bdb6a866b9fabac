-- key: homework.override_without_reason
-- term: 超限放行没有理由
-- kind: event
-- severity: must
-- area: homework
-- unit: minute
-- policy: homework.written_minutes_max
-- observes: class_homework_day
-- rows: planned_homework
-- sentence: {subject}在{period}的书面作业{measured}分钟超过{limit}分钟，没有放行理由。
-- explanation: 超过上限，也超过班主任写明理由放行的时长；网页上不可能发生，只会来自导入的旧表。
-- citation: 教育部办公厅关于加强义务教育学校作业管理的通知（教基厅函〔2021〕13号）
SELECT d.subject, d.school, d.region, d.period, d.effective_on,
       d.written_minutes AS measured, p.value AS limit_value, p.policy
FROM class_homework_day d
JOIN policy_in_force p
  ON p.key = 'homework.written_minutes_max' AND p.school = d.school AND p.severity = 'must'
 AND d.grade >= p.band_low AND d.grade <= p.band_high
 AND d.effective_on >= p.starts_on AND d.effective_on < p.ends_on
WHERE d.written_minutes > p.value AND d.written_minutes > d.overridden_minutes
