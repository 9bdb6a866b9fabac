-- key: homework.total_over_limit
-- term: 书面作业总量超限
-- kind: event
-- severity: must
-- area: homework
-- unit: minute
-- policy: homework.written_minutes_max
-- observes: class_homework_day
-- rows: planned_homework
-- sentence: {subject}在{period}的家中书面作业合计{measured}分钟，超过{limit}分钟。
-- explanation: 只计已公示、在家完成的书面作业；按一般学生完成的时间。暂缓的不计。
-- citation: 教育部办公厅关于加强义务教育学校作业管理的通知（教基厅函〔2021〕13号）
SELECT d.subject, d.school, d.region, d.period, d.effective_on,
       d.written_minutes AS measured, p.value AS limit_value, p.policy
FROM class_homework_day d
JOIN policy_in_force p
  ON p.key = 'homework.written_minutes_max' AND p.school = d.school AND p.severity = 'must'
 AND d.grade >= p.band_low AND d.grade <= p.band_high
 AND d.effective_on >= p.starts_on AND d.effective_on < p.ends_on
WHERE p.value > 0 AND d.written_minutes > p.value
