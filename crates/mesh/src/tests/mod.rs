//! One suite of claims for both meshes, and what is true of one of them only.

mod claims;
mod crash;
mod durable;
mod journal;
mod nats_only;
mod rig;
mod subjects;

macro_rules! on_both_meshes {
    ($($suite:ident :: $claim:ident)*) => {
        mod local {
            $(#[tokio::test]
            async fn $claim() {
                super::$suite::$claim(&super::rig::Rig::local()).await;
            })*
        }

        mod nats {
            $(#[tokio::test]
            async fn $claim() {
                super::$suite::$claim(&super::rig::Rig::nats().await).await;
            })*
        }
    };
}

on_both_meshes! {
    claims::a_message_reaches_every_matching_subscriber
    claims::a_message_reaches_nobody_else
    claims::a_dropped_subscription_hears_nothing_more
    claims::a_queue_group_gets_each_message_once
    claims::a_queue_group_spans_patterns
    claims::a_queue_name_that_is_no_word_is_refused
    claims::headers_arrive
    claims::a_hostile_header_is_made_harmless
    claims::messages_of_one_publisher_keep_their_order
    claims::a_request_is_answered
    claims::a_request_without_a_responder_fails_at_once
    claims::a_request_nobody_answers_times_out
    claims::requests_under_way_do_not_mix_up_their_answers
    claims::a_message_that_is_too_large_is_refused
    claims::a_closed_mesh_says_so_and_ends_its_subscriptions
    claims::the_link_is_up
    durable::a_durable_message_is_delivered
    durable::a_durable_message_without_a_stream_is_refused
    durable::a_durable_message_without_an_id_is_refused
    durable::a_durable_message_is_also_heard_live
    durable::a_plain_message_on_a_stream_s_subject_is_kept
    durable::a_duplicate_id_is_stored_once
    durable::a_durable_consumer_continues_where_it_stopped
    durable::an_unacknowledged_delivery_comes_again
    durable::a_retried_delivery_comes_again_after_its_delay
    durable::a_delivery_given_up_does_not_come_again
    durable::a_delivery_is_given_up_after_the_last_attempt
    durable::a_consumer_gets_only_what_its_filter_selects
    durable::two_consumers_each_get_everything
    durable::readers_of_one_consumer_share_its_messages
    durable::no_more_than_max_in_flight_are_delivered
    durable::an_old_message_is_dropped
    durable::a_stream_can_be_ensured_again_and_changed
    durable::two_streams_cannot_share_a_subject
    durable::a_consumer_needs_a_stream
    durable::deliveries_end_when_the_mesh_is_closed
}
