<?php
/**
 * Plugin Name: Portal crawler: source of an article
 * Description: Keeps and shows where an article comes from: its address, byline and date on the old portal. Không có nó, biên tập viên không thấy địa chỉ cũ của bài.
 *
 * Put this file into wp-content/mu-plugins/ (make the folder if there is none); there is nothing to switch on.
 * It only registers custom fields, so that the REST API takes them, and shows them beside the editor. Deleting the
 * file deletes no data: the fields stay in the table wp_postmeta.
 */

if (!defined('ABSPATH')) {
    exit;
}

const PORTAL_CRAWLER_FIELDS = [
    'source_url' => 'Địa chỉ cũ',
    'source_byline' => 'Tác giả ghi trên bài',
    'source_section' => 'Chuyên mục cũ',
    'source_published_at' => 'Ngày đăng trên cổng cũ',
    'source_updated_at' => 'Ngày cập nhật trên cổng cũ',
    'source_state' => 'Tình trạng trên cổng cũ',
    'source_alternate_url' => 'Liên kết thay cho nội dung',
    'source_duplicate_of' => 'Trùng với bài (mã)',
    'source_uid' => 'Mã bài (uid)',
    'source_hash' => 'Mã băm nội dung',
];

add_action('init', function () {
    foreach (PORTAL_CRAWLER_FIELDS as $name => $label) {
        register_post_meta('post', $name, [
            'type' => 'string',
            'description' => $label,
            'single' => true,
            'show_in_rest' => true,
            'auth_callback' => fn() => current_user_can('edit_posts'),
        ]);
    }
});

add_action('add_meta_boxes_post', function ($post) {
    if (get_post_meta($post->ID, 'source_uid', true) === '') {
        return;
    }
    add_meta_box('portal-crawler-source', 'Nguồn trên cổng cũ', function ($post) {
        echo '<table class="widefat striped"><tbody>';
        foreach (PORTAL_CRAWLER_FIELDS as $name => $label) {
            $value = (string) get_post_meta($post->ID, $name, true);
            if ($value === '') {
                continue;
            }
            $shown = esc_html($value);
            if (preg_match('#^https?://#', $value)) {
                $shown = '<a href="' . esc_url($value) . '" target="_blank" rel="noopener">' . $shown . '</a>';
            }
            echo '<tr><th scope="row">' . esc_html($label) . '</th><td style="overflow-wrap:anywhere">' . $shown . '</td></tr>';
        }
        echo '</tbody></table>';
    }, 'post', 'normal', 'low');
});
