"""Statements that fire the triggers of a blog of :mod:`.rows`."""

from .rows import HASHES
from .rows import OLD

NEW_POST = (
    f"INSERT INTO post (id, author_id, created, title, body) VALUES (9, 2, '{OLD}'"
)
NEW_DRAFT = (
    "INSERT INTO post (id, author_id, title, body, created, drafted, due)"
    f" VALUES (8, 2, '', '', '{OLD}', '{OLD}'"
)
NEW_USER = 'INSERT INTO "user" (id, username, password'
NEW_COMMENT = "INSERT INTO comment (id, post_id, parent_id, author_id, body"
NEW_TAG = "INSERT INTO tag (id, key, name) VALUES"
NEW_POST_TAG = "INSERT INTO post_tag (id, post_id, tag_id, created) VALUES"
NEW_LIKE = "INSERT INTO post_like (post_id, user_id) VALUES"
NEW_PROFILE = "INSERT INTO profile (user_id, display_name) VALUES"
NEW_PROFILE_LINK = "INSERT INTO profile_link (user_id, position, url, label) VALUES"
NEW_COUNT = "INSERT INTO post_count (post_id, likes) VALUES"
CLOSE = f"UPDATE \"user\" SET closed = '{OLD}' WHERE id ="
IMAGES = "/image/" + ".png and /image/".join(HASHES[2:]) + ".png, /image/" + HASHES[2]
# After it, what was noted in the blog's row this second is not noted again.
SETTLED = "UPDATE public_version SET version = 0"
BLOG = "INSERT INTO blog (uuid, changed, discussed)"

# What fires each trigger of SQLite, in ways that differ: one transaction each.
STEPS = {
    "user_name_key": [
        f"{NEW_USER}) VALUES (11, 'ABC', 'x'), (12, 'abc', 'x'), (13, 'ÀB', 'x')",
        f"{NEW_USER}) VALUES (14, 'erin', 'x')",
        f"{NEW_USER}, name_key) VALUES (15, 'New', 'x', 'other')",
        f"{NEW_USER}) VALUES (11, 'q', '') ON CONFLICT (id) DO UPDATE SET about = 'a'",
        f"{NEW_USER}) VALUES (16, 'ABC', '') ON CONFLICT DO NOTHING",
    ],
    "post_updated": [
        "UPDATE post SET title = title, body = body",
        "UPDATE post SET title = 'new' WHERE id = 1",
        "UPDATE post SET body = 'new' WHERE id IN (1, 3)",
        f"UPDATE post SET title = 'x', updated = '{OLD}' WHERE id = 4",
        f"{NEW_POST}, 'a', 'b') ON CONFLICT (id) DO UPDATE SET title = 'c'",
        f"{NEW_POST}, 'a', 'b') ON CONFLICT (id) DO UPDATE SET title = 'c'",
    ],
    "post_version": [
        "UPDATE post SET title = title, body = body, created = created",
        "UPDATE post SET title = 'new' WHERE id = 1",
        "UPDATE post SET body = 'new', version = 90 WHERE id IN (1, 3)",
        f"{NEW_POST}, 'a', 'b') ON CONFLICT (id) DO UPDATE SET title = 'c'",
        f"{NEW_POST}, 'a', 'b') ON CONFLICT (id) DO UPDATE SET title = 'c'",
    ],
    "post_version_tag_added": [f"{NEW_POST_TAG} (9, 3, 3, '{OLD}')"],
    "post_version_tag_moved": [
        "UPDATE post_tag SET post_id = 3 WHERE id = 1",
        "UPDATE post_tag SET tag_id = 3 WHERE id = 4",
        f"UPDATE post_tag SET created = '{OLD}'",
    ],
    "post_version_tag_taken": ["DELETE FROM post_tag WHERE id = 1", "DELETE FROM tag"],
    "revision_of_post": ["DELETE FROM post WHERE id = 1", "DELETE FROM post"],
    "revision_of_user": ['DELETE FROM "user" WHERE id = 4'],
    "revision_of_binned_post": ["DELETE FROM binned_post WHERE id = 1"],
    "binned_revision_of_user": ['DELETE FROM "user" WHERE id = 4'],
    "sent_form_of_post": ["DELETE FROM post WHERE id = 1", "DELETE FROM post"],
    "sent_form_of_user": ['DELETE FROM "user" WHERE id = 4'],
    "sent_form_of_comment": ["DELETE FROM comment WHERE id = 2"],
    "working_copy_of_post": ["DELETE FROM post WHERE id = 1", "DELETE FROM post"],
    "working_copy_of_binned_post": [
        "DELETE FROM binned_post WHERE id = 1",
        f"{NEW_POST}, 'a', 'b')",
        "DELETE FROM binned_post",
        "DELETE FROM post WHERE id = 9",
    ],
    "old_address_of_post": ["DELETE FROM post WHERE id = 1", "DELETE FROM post"],
    "old_address_of_binned_post": [
        "DELETE FROM binned_post WHERE id = 1",
        "DELETE FROM binned_post",
    ],
    "imported_person_of_closed": [f"{CLOSE} 1", f"{CLOSE} 2", f"{CLOSE} 4"],
    "imported_person_of_user": ['DELETE FROM "user" WHERE id = 4'],
    "working_copy_of_closed": [f"{CLOSE} 1", f"{CLOSE} 2", f"{CLOSE} 4"],
    "working_copy_of_user": ['DELETE FROM "user" WHERE id = 4'],
    "one_time_link_of_closed": [f"{CLOSE} 1", f"{CLOSE} 2", f"{CLOSE} 4"],
    "one_time_link_of_password": [
        "UPDATE \"user\" SET password = 'y' WHERE id = 4",
        "UPDATE \"user\" SET password = 'y'",
    ],
    "one_time_link_of_user": ['DELETE FROM "user" WHERE id = 4'],
    "notice_of_closed": [f"{CLOSE} 1", f"{CLOSE} 2", f"{CLOSE} 4"],
    "notice_of_user": ['DELETE FROM "user" WHERE id = 4'],
    "notice_about_closed": [f"{CLOSE} 2", f"{CLOSE} 4"],
    "notice_about_user": ['DELETE FROM "user" WHERE id = 4'],
    "notice_feed_of_suspended": [
        "INSERT INTO suspension (user_id, reason) VALUES (1, 'why')",
    ],
    "sent_form_of_closed": [f"{CLOSE} 1", f"{CLOSE} 4"],
    "former_name_of_nobody": [
        "UPDATE former_name SET user_id = NULL WHERE user_id = 1",
        "UPDATE former_name SET user_id = user_id",
    ],
    "former_name_of_user": ['DELETE FROM "user" WHERE id = 4'],
    "public_former_name_added": [
        "INSERT INTO former_name (digest, name, user_id) VALUES ('d', 'x', 2)"
    ],
    "public_former_name_changed": ["UPDATE former_name SET changed = changed"],
    "public_former_name_deleted": ["DELETE FROM former_name WHERE digest = 'c'"],
    "blog_user_renamed": [
        'UPDATE "user" SET username = username',
        "UPDATE \"user\" SET username = 'al' WHERE id = 1",
    ],
    "session_of_suspended": [
        "INSERT INTO suspension (user_id, reason) VALUES (1, 'why')",
        "DELETE FROM suspension",
        "INSERT INTO suspension (user_id, reason) VALUES (2, 'why')",
    ],
    "suspension_of_closed": [f"{CLOSE} 2", f"{CLOSE} 4"],
    "site_setting_of_user": ['DELETE FROM "user" WHERE id = 4'],
    "suspension_of_user": ['DELETE FROM "user" WHERE id = 4'],
    "waiting_post_of_public": [
        "UPDATE post SET drafted = NULL WHERE id = 5",
        f"UPDATE post SET drafted = '{OLD}' WHERE id = 1",
    ],
    "waiting_comment_of_binned": [
        "DELETE FROM binned_post WHERE id = 1",
        "DELETE FROM binned_post",
    ],
    "moderation_of_closed": [f"{CLOSE} 1", f"{CLOSE} 2", f"{CLOSE} 4"],
    "moderation_of_user": ['DELETE FROM "user" WHERE id = 4'],
    "cleanup_row_of_closed": [f"{CLOSE} 2", f"{CLOSE} 4"],
    "cleanup_row_of_user": ['DELETE FROM "user" WHERE id = 4'],
    "moderation_of_post": ["DELETE FROM post WHERE id = 5", "DELETE FROM post"],
    "report_of_comment": ["DELETE FROM comment WHERE id = 2"],
    "report_of_removed": [
        f"UPDATE comment SET removed = '{OLD}' WHERE id = 2",
        "UPDATE comment SET removed = NULL WHERE id = 3",
    ],
    "post_tag_of_post": ["DELETE FROM post WHERE id IN (1, 2)"],
    "post_tag_moved": [
        "UPDATE post SET created = '2021-01-01 00:00:00' WHERE id < 3",
        "UPDATE post SET created = '2022-01-01 00:00:00'",
        f"UPDATE post SET drafted = '{OLD}' WHERE id = 1",
        "UPDATE post SET drafted = NULL WHERE id = 5",
        f"UPDATE post SET page = '{OLD}' WHERE id = 2",
        "UPDATE post SET page = NULL WHERE id = 2",
    ],
    "one_time_link_of_post": ["DELETE FROM post WHERE id = 5", "DELETE FROM post"],
    "tag_unused": [
        "DELETE FROM post_tag WHERE id = 1",
        "DELETE FROM post_tag WHERE id IN (2, 3)",
        "DELETE FROM post_tag",
    ],
    "comment_without_replies": [
        "DELETE FROM comment WHERE id = 2",
        "DELETE FROM comment WHERE id = 4",
    ],
    "post_count_comment_added": [
        f"{NEW_COMMENT}) VALUES (9, 4, NULL, 1, 'a'), (10, 4, 9, 2, 'b')",
        f"{NEW_COMMENT}, removed) VALUES (11, 4, NULL, 1, 'a', '{OLD}')",
        f"{NEW_COMMENT}) VALUES (9, 4, NULL, 1, 'a') ON CONFLICT DO NOTHING",
        f"{NEW_COMMENT}) VALUES (9, 4, NULL, 1, 'a')"
        " ON CONFLICT (id) DO UPDATE SET body = 'c'",
    ],
    "post_count_comment_removed": [
        f"UPDATE comment SET removed = '{OLD}' WHERE post_id = 1",
        "UPDATE comment SET removed = NULL WHERE id = 1",
    ],
    "post_count_comment_moved": [
        "UPDATE comment SET post_id = 4 WHERE post_id = 2",
        "UPDATE comment SET post_id = 4",
    ],
    "post_count_comment_deleted": ["DELETE FROM comment WHERE post_id = 2"],
    "post_count_like_added": [
        f"{NEW_LIKE} (1, 4), (4, 4), (4, 1)",
        f"{NEW_LIKE} (1, 4), (3, 4) ON CONFLICT DO NOTHING",
        f"{NEW_LIKE} (1, 4)",
    ],
    "post_count_like_moved": ["UPDATE post_like SET post_id = 4 WHERE post_id = 2"],
    "post_count_like_deleted": ["DELETE FROM post_like WHERE user_id = 2"],
    "post_discussion_deleted": ["DELETE FROM post WHERE id = 2"],
    "image_use_post_added": [f"{NEW_POST}, 'a', '{IMAGES}')"],
    "image_use_post_changed": [
        f"UPDATE post SET body = '{IMAGES} /image/' WHERE id IN (2, 3)",
        "UPDATE post SET body = '/image//image/x\"\\\n/IMAGE/y' WHERE id = 2",
        "UPDATE post SET body = '' WHERE id IN (2, 3)",
    ],
    "image_use_post_deleted": ["DELETE FROM post WHERE id = 2"],
    "image_use_about_added": [f"{NEW_USER}, about) VALUES (9, 'q', '', '{IMAGES}')"],
    "image_use_about_changed": [
        f"UPDATE \"user\" SET about = '{IMAGES}' WHERE id < 3",
        "UPDATE \"user\" SET about = '' WHERE id = 2",
    ],
    "image_text_given": [f"{NEW_POST}, 'a', '{IMAGES}')"],
    "user_deleted": [
        "UPDATE post SET author_id = 4",
        'DELETE FROM "user" WHERE id = 1',
        'DELETE FROM "user" WHERE id IN (2, 3, 6)',
    ],
    "name_skeleton_of_user": ['DELETE FROM "user" WHERE id = 4'],
    "user_without_comment": [
        "DELETE FROM comment WHERE id = 5",
        "DELETE FROM comment WHERE author_id = 1",
    ],
    "user_without_removed_comment": [
        f"UPDATE comment SET author_id = NULL, removed = '{OLD}' WHERE id = 5",
        "UPDATE comment SET author_id = 3 WHERE id = 1",
        "UPDATE comment SET author_id = author_id",
    ],
    "user_without_post": [
        f"{CLOSE} 2",
        "DELETE FROM post WHERE id = 4",
        "DELETE FROM post WHERE id = 3",
        "DELETE FROM post",
    ],
    "blog_post_added": [f"{NEW_DRAFT}, NULL)", f"{NEW_POST}, '', '')"],
    "blog_post_changed": [
        "UPDATE post SET comments_closed = NULL WHERE id = 5",
        "UPDATE post SET comments_closed = NULL WHERE id = 1",
    ],
    "blog_post_deleted": [
        "DELETE FROM post WHERE id = 5",
        "DELETE FROM post WHERE id = 3",
    ],
    "blog_tag_added": [
        f"{NEW_POST_TAG} (8, 6, 3, '')",
        f"{NEW_POST_TAG} (9, 3, 3, '{OLD}')",
    ],
    "blog_tag_deleted": [
        "DELETE FROM post_tag WHERE id = 5",
        "DELETE FROM post_tag WHERE id = 1",
    ],
    "blog_tag_renamed": ["UPDATE tag SET name = name WHERE id = 3"],
    "blog_comment_added": [f"{NEW_COMMENT}) VALUES (9, 4, NULL, 1, 'a')"],
    "blog_comment_changed": ["UPDATE comment SET body = body WHERE id = 1"],
    "blog_comment_deleted": ["DELETE FROM comment WHERE id = 7"],
    "post_rendering_added": [
        f"{NEW_POST}, '', '')",
        "UPDATE post SET id = 11 WHERE id = 3",
    ],
    "post_rendering_changed": [
        "UPDATE post SET body = body, title = 'x' WHERE id = 1",
        "UPDATE post SET body = 'changed' WHERE id = 1",
    ],
    "post_rendering_deleted": ["DELETE FROM post WHERE id = 3"],
    "comment_rendering_added": [
        "INSERT INTO comment (id, post_id, author_id, body) VALUES (20, 1, 1, 'new')"
    ],
    "comment_rendering_changed": [
        "UPDATE comment SET body = body WHERE id = 1",
        "UPDATE comment SET body = 'changed' WHERE id = 1",
        "UPDATE comment SET id = 30 WHERE id = 5",
    ],
    "comment_rendering_deleted": ["DELETE FROM comment WHERE id = 5"],
    "search_post_added": [f"{NEW_POST}, '', '')"],
    "search_post_changed": [
        "UPDATE post SET id = 10 WHERE id = 3",
        "UPDATE post SET id = id + 10 WHERE id < 3",
    ],
    "search_post_deleted": ["DELETE FROM post WHERE id = 3"],
    "search_tag_put": [f"{NEW_POST_TAG} (9, 3, 3, '{OLD}'), (10, 3, 2, '{OLD}')"],
    "search_tag_moved": [
        "UPDATE post_tag SET post_id = 3 WHERE id = 1",
        "UPDATE post_tag SET tag_id = 3 WHERE id = 4",
        f"UPDATE post_tag SET created = '{OLD}'",
    ],
    "search_tag_taken": ["DELETE FROM post_tag WHERE id = 1"],
    "search_tag_renamed": [
        "UPDATE tag SET name = 'tea' WHERE id = 1",
        "UPDATE tag SET name = 'HOT' WHERE id = 2",
        f"{NEW_TAG} (9, 'tea', 'TEA') ON CONFLICT (key) DO UPDATE SET name = 'TEA'",
        "UPDATE tag SET name = 'Té' WHERE id = 1",
        "DELETE FROM search_queue",
        "UPDATE tag SET name = 'TÉ' WHERE id = 1",
    ],
    "search_tag_deleted": ["DELETE FROM tag WHERE id = 1"],
    "public_post_added": [
        f"{NEW_DRAFT}, NULL)",
        f"{NEW_DRAFT.replace('(8', '(7')}, '{OLD}')",
        f"{NEW_POST}, '', '')",
    ],
    "public_post_changed": [
        "UPDATE post SET title = 'x' WHERE id = 5",
        "UPDATE post SET due = due WHERE id = 6",
        f"UPDATE post SET due = '{OLD}' WHERE id = 5",
        "UPDATE post SET drafted = NULL WHERE id = 5",
        f"UPDATE post SET drafted = '{OLD}' WHERE id = 1",
        "UPDATE post SET title = title WHERE id = 3",
        SETTLED,
        "UPDATE post SET title = title WHERE id = 3",
    ],
    "public_post_deleted": [
        "DELETE FROM post WHERE id = 5",
        "DELETE FROM post WHERE id = 6",
        "DELETE FROM post WHERE id = 3",
    ],
    "public_tag_added": [f"{NEW_TAG} (9, 'new', 'New')"],
    "public_tag_changed": ["UPDATE tag SET key = 'x' WHERE id = 3"],
    "public_tag_deleted": ["DELETE FROM tag WHERE id = 3"],
    "public_post_tag_added": [
        f"{NEW_POST_TAG} (8, 6, 3, '')",
        f"{NEW_POST_TAG} (9, 3, 3, '{OLD}')",
    ],
    "public_post_tag_changed": [
        "UPDATE post_tag SET tag_id = 2 WHERE id = 5",
        f"UPDATE post_tag SET created = '{OLD}'",
    ],
    "public_post_tag_deleted": [
        "DELETE FROM post_tag WHERE id = 5",
        "DELETE FROM post_tag WHERE id = 1",
    ],
    "public_comment_added": [f"{NEW_COMMENT}) VALUES (9, 4, NULL, 1, 'a')"],
    "public_comment_changed": [
        f"UPDATE comment SET updated = '{OLD}' WHERE id = 1",
        SETTLED,
        f"UPDATE comment SET updated = '{OLD}' WHERE id = 1",
    ],
    "public_comment_deleted": ["DELETE FROM comment WHERE id = 7"],
    "public_post_count_added": [f"{NEW_COUNT} (4, 7)"],
    "public_post_count_changed": ["UPDATE post_count SET likes = 7"],
    "public_post_count_deleted": ["DELETE FROM post_count WHERE post_id = 1"],
    "public_site_setting_added": [
        "INSERT INTO site_setting (name, value) VALUES ('PAGE_SIZE', '5')"
    ],
    "public_site_setting_changed": ["UPDATE site_setting SET value = '5'"],
    "public_site_setting_deleted": ["DELETE FROM site_setting"],
    "public_blog_added": [f"{BLOG} VALUES ('x', '{OLD}', '{OLD}')"],
    "public_blog_changed": ["UPDATE blog SET uuid = 'x'"],
    "public_blog_deleted": ["DELETE FROM blog", f"{NEW_POST}, '', '')"],
    "public_user_added": [f"{NEW_USER}) VALUES (9, 'q', '')"],
    "public_user_changed": ["UPDATE \"user\" SET about = 'x' WHERE id = 1"],
    "public_user_deleted": ['DELETE FROM "user" WHERE id = 4'],
    "session_of_closed": [f"{CLOSE} 2", f"{CLOSE} 2"],
    "post_like_of_closed": [f"{CLOSE} 2", f"{CLOSE} 1"],
    "image_upload_of_closed": [f"{CLOSE} 1", f"{CLOSE} 2", f"{CLOSE} 4"],
    "profile_of_user": ['DELETE FROM "user" WHERE id = 4'],
    "profile_deleted": ["DELETE FROM profile WHERE user_id = 1"],
    "profile_of_closed": [f"{CLOSE} 1", f"{CLOSE} 2"],
    "picture_replaced": [
        "UPDATE profile SET picture = picture",
        "UPDATE profile SET picture = 'other' WHERE user_id = 1",
        "UPDATE profile SET picture = NULL",
    ],
    "public_suspension_added": [
        "INSERT INTO suspension (user_id, reason) VALUES (1, 'why')",
    ],
    "public_suspension_changed": ["UPDATE suspension SET reason = 'other'"],
    "public_suspension_deleted": ["DELETE FROM suspension WHERE user_id = 2"],
    "public_profile_added": [f"{NEW_PROFILE} (3, NULL)"],
    "public_profile_changed": ["UPDATE profile SET picture = 'other'"],
    "public_profile_deleted": ["DELETE FROM profile WHERE user_id = 2"],
    "public_profile_link_added": [f"{NEW_PROFILE_LINK} (2, 0, 'http://a', '')"],
    "public_profile_link_changed": ["UPDATE profile_link SET label = 'x'"],
    "public_profile_link_deleted": ["DELETE FROM profile_link WHERE user_id = 1"],
    "blog_profile_added": [
        f"{NEW_PROFILE} (3, 'Carol C.')",
        f"{NEW_PROFILE} (6, NULL)",
    ],
    "blog_profile_changed": [
        "UPDATE profile SET display_name = 'Bob B.' WHERE user_id = 2",
        "UPDATE profile SET display_name = display_name",
    ],
    "blog_profile_deleted": [
        "DELETE FROM profile WHERE user_id = 2",
        "DELETE FROM profile WHERE user_id = 1",
    ],
    "user_of_closed": [f"{CLOSE} 4", f"{CLOSE} 6", 'UPDATE "user" SET closed = NULL'],
    "binned_post_deleted": ["DELETE FROM binned_post WHERE id = 1"],
    "image_of_binned_post": [
        "DELETE FROM binned_post WHERE id = 2",
        "DELETE FROM image_upload",
        "DELETE FROM image_use WHERE binned_id = 1",
    ],
    "binned_comment_without_replies": [
        "DELETE FROM binned_comment WHERE id = 2",
        "DELETE FROM binned_comment WHERE id = 4",
    ],
    "binned_of_user": [
        "UPDATE post SET author_id = 4",
        'DELETE FROM "user" WHERE id = 1',
        'DELETE FROM "user" WHERE id = 2',
    ],
    "binned_like_of_closed": [f"{CLOSE} 2"],
    "user_without_binned_post": [
        "DELETE FROM binned_post WHERE id = 2",
        "DELETE FROM binned_post",
    ],
    "user_without_binned_comment": ["DELETE FROM binned_comment WHERE id = 5"],
    "user_without_removed_binned_comment": [
        f"UPDATE binned_comment SET author_id = NULL, removed = '{OLD}' WHERE id = 5",
        "UPDATE binned_comment SET author_id = author_id",
    ],
    "image_of_nobody": [
        "DELETE FROM image_upload WHERE id = 3",
        "DELETE FROM image_upload WHERE image_id IN (1, 4)",
        "UPDATE post SET body = '' WHERE id = 2",
        "DELETE FROM image_upload",
    ],
}
