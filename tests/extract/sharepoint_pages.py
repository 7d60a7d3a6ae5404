"""What the real SharePoint pages of the corpus are: articles, pages to be refused, listings."""

#: file -> (title, a sentence that must be in the text, one that must not)
ARTICLES = {
    "cityscrapers_chi_city_college.html": ("February 2019 Board and Committee Meetings", "Committee on Finance and Administrative Services", "Academic Calendar"),
    "cityscrapers_il_liquor_control.html": ("Board Meetings and Hearings", "scheduled in one of the two locations", "Toggle navigation"),
    "lil_Pages_default.aspx": ("Accueil", "une petite ville blanche", "Page Content"),
    "vn_vnexpress_2025-10-22.html": ("Đau bụng kéo dài, phát hiện ung thư lymphoma ruột non", "tế bào lympho không điển hình", "VnE-GO"),
    "sputility_test_list_dispform.html": ("Alpha", "Hello world", "Rich Text"),
}  # fmt: skip
#: file -> reason, whatever the page was asked as
REFUSED = {
    "iata_ame_BlogDetails.html": "empty_shell",
    "iata_feed_pr.html": "feed",
    "lil_Blog_Archives_index.html": "empty_shell",
    "lil_Blog_Date_2014_4_index.html": "empty_shell",
    "sputility_TODO_test_list_no_comments.html": "form_page",
    "sputility_test_doclib_dispform_2013.html": "library_form",
    "sputility_test_list.html": "form_page",
    "sputility_test_list_eu.html": "form_page",
    "sputility_test_list_extra_elems.html": "form_page",
    "sputility_test_survey_dispform_2013.html": "survey_form",
    "hatinh_question_store_listview_fragment.html": "no_title",
}
#: file -> least number of links
LISTINGS = {"iata_pr_index.html": 50, "iata_ame_blog_index.html": 5}
