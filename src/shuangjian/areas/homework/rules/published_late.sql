-- key: homework.published_late
-- term: 作业公示超过截止时刻
-- kind: event
-- severity: should
-- area: homework
-- unit: minute_of_day
-- setting: homework.publish_by
-- observes: homework_published_day
-- rows: planned_homework
-- sentence: {subject}在{period}的作业于{measured}才公示，晚于{limit}。
-- explanation: 以当天最后一项公示的时间为准；公示时间不明的（导入的旧表）不算晚。
-- citation: 教育部办公厅关于加强义务教育学校作业管理的通知（教基厅函〔2021〕13号）；截止时刻由教育局或学校设置
SELECT d.subject, d.school, d.region, d.period, d.effective_on,
       d.published_minute AS measured, d.deadline_minute AS limit_value,
       'setting:homework.publish_by' AS policy
FROM homework_published_day d
WHERE d.published_minute > d.deadline_minute
