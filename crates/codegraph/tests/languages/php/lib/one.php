<?php
function twice() {}
