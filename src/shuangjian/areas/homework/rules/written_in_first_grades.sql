-- key: homework.written_in_first_grades
-- term: 小学一二年级布置家庭书面作业
-- kind: event
-- severity: must
-- area: homework
-- unit: minute
-- policy: homework.written_minutes_max
-- observes: class_homework_day
-- rows: planned_homework
-- sentence: {subject}在{period}布置了家庭书面作业{measured}分钟，该年级不得布置。
-- explanation: 上限为零的年级（小学一、二年级）不布置家庭书面作业，可在校内安排适当巩固练习。
-- citation: 教育部办公厅关于加强义务教育学校作业管理的通知（教基厅函〔2021〕13号）
SELECT d.subject, d.school, d.region, d.period, d.effective_on,
       d.written_minutes AS measured, p.value AS limit_value, p.policy
FROM class_homework_day d
JOIN policy_in_force p
  ON p.key = 'homework.written_minutes_max' AND p.school = d.school AND p.severity = 'must'
 AND d.grade >= p.band_low AND d.grade <= p.band_high
 AND d.effective_on >= p.starts_on AND d.effective_on < p.ends_on
WHERE p.value = 0 AND d.written_minutes > 0
