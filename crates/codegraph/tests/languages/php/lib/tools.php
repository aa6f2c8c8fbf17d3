<?php
define('LIMIT', 3);

function helper() { return LIMIT; }

$app->get('/tools/{name}', function () {
    helper();
});
